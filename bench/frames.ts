// Measures the frames of a page while it scrolls, and the work of the page itself.
import type { Browser, Frame, Page } from "playwright-core";

export interface Scrolled {
  /** Longest time between two frames, in ms. */
  readonly longest: number;
  /** Number of frames longer than 50 ms, and number of all frames. */
  readonly over: number;
  readonly frames: number;
  /** 99th percentile of the time between frames, in ms. */
  readonly most: number;
  /** Longest task on the page's own thread, in ms; browsers report none below 50 ms. */
  readonly task: number;
  /** Number of such tasks. */
  readonly tasks: number;
  /** Maximum number of rows in the page, and of rows waiting for their text. */
  readonly rows: number;
  readonly waiting: number;
}

/** Scrolls by a quarter of the window in every frame, much faster than anyone reads. */
export function scroll(page: Frame | Page, frames: number): Promise<Scrolled> {
  return page.evaluate(async count => {
    const times: number[] = [];
    let rows = 0;
    let waiting = 0;
    document.querySelector(".sample-list")?.scrollIntoView();
    await new Promise(resolve => setTimeout(resolve, 500));
    const own: number[] = [];
    const observer = new PerformanceObserver(list => {
      for (const entry of list.getEntries()) if (entry.name === "self") own.push(entry.duration);
    });
    observer.observe({ type: "longtask" });
    let last = await new Promise<number>(resolve => requestAnimationFrame(resolve));
    for (let i = 0; i < count; i++) {
      window.scrollBy(0, window.innerHeight / 4);
      const now = await new Promise<number>(resolve => requestAnimationFrame(resolve));
      times.push(now - last);
      last = now;
      rows = Math.max(rows, document.querySelectorAll(".sample-list > .sample").length);
      waiting = Math.max(waiting, document.querySelectorAll(".sample-list > .waiting").length);
    }
    await new Promise(resolve => setTimeout(resolve, 500));
    observer.disconnect();
    times.sort((a, b) => b - a);
    return {
      longest: times[0] ?? Number.NaN,
      over: times.filter(time => time > 50).length,
      frames: times.length,
      most: times[Math.floor(times.length / 100)] ?? Number.NaN,
      task: Math.max(0, ...own),
      tasks: own.length,
      rows,
      waiting,
    };
  }, frames);
}

/** Baseline: the same for an idle page, which measures machine and browser. */
export async function scrollNothing(browser: Browser, frames: number): Promise<Scrolled> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  try {
    const page = await context.newPage();
    await page.setContent(
      '<!doctype html><body style="margin:0;height:400000px;background:linear-gradient(#fff,#ccc)"></body>',
    );
    return await scroll(page, frames);
  } finally {
    await context.close();
  }
}
