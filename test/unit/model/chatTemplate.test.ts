// Chat templates end: what would run on or fill the memory is refused, and the date is always the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { ChatTemplate } from "../../../src/runtime/model/chatTemplate.ts";

const render = (source: string, variables: Record<string, unknown> = {}): string =>
  new ChatTemplate("model", source).render(variables);

function refusal(source: string): string {
  try {
    render(source);
  } catch (error) {
    assert.ok(error instanceof HumanError, String(error));
    assert.match(error.remedy, /chat_template\.jinja/);
    return error.message;
  }
  return assert.fail("was accepted");
}

test("range and the constants are as in Python", () => {
  assert.equal(render("{% for i in range(3) %}{{ i }}{% endfor %}"), "012");
  assert.equal(render("{% for i in range(5, 0, -2) %}{{ i }}{% endfor %}"), "531");
  assert.equal(render("{{ range(3, 1) | length }}{{ True }}{{ none is none }}"), "0truetrue");
  assert.equal(render("{{ name ~ missing }}", { name: "x", missing: "" }), "x");
});

test("loops may be left early many times", () => {
  assert.equal(render("{% for i in range(1000) %}{% if i > 0 %}{% continue %}{% endif %}a{% endfor %}"), "a");
});

test("a template that asks for today gets a fixed day", () => {
  assert.equal(render("{{ strftime_now('%d %b %Y, %Y-%m-%d') }}"), "26 Jul 2024, 2024-07-26");
});

test("dates are in every form that Python has", () => {
  assert.equal(
    render("{{ strftime_now('%A %-d %-m %B %y, %H:%M, %j, %a, %p, %%, %Q') }}"),
    "Friday 26 7 July 24, 12:00, 208, Fri, PM, %, %Q",
  );
});

test("texts are stripped of what is named, and of Python's white space alone", () => {
  assert.equal(render("[{{ t.lstrip('\\n') }}]", { t: "\n a\n" }), "[ a\n]");
  assert.equal(render("[{{ t.rstrip('-]') }}]", { t: "a]--" }), "[a]");
  assert.equal(render("[{{ t.strip() }}|{{ t | trim }}]", { t: " \ufeffa\u0085" }), "[\ufeffa|\ufeffa]");
  assert.equal(render("{{ 'HELLO there'.capitalize() }} {{ 'HELLO' | capitalize }}"), "Hello there Hello");
  assert.equal(
    render("{{ t.title() }}|{{ t | title }}", { t: "it's élan-VITAL" }),
    "It'S Élan-Vital|It's Élan-Vital",
  );
});

test("what the library refuses and Python takes is rendered", () => {
  assert.equal(render("{{ '<{}|{x}>'.format(1, x=2) }}{{ '{{}}'.format() }}"), "<1|2>{}");
  assert.equal(render("{{ missing | length }}{% for x in missing %}x{% endfor %}{{ missing | trim }}"), "0");
  assert.equal(render("{{ tools | selectattr('type') | list | length }}"), "0");
  const numbered = "{%- set m = {1024: 'b', 512: 'a'} -%}";
  assert.equal(
    render(`${numbered}{% for k, v in m | dictsort %}{{ k + 1 }}{{ v }} {% endfor %}`),
    "513a 1025b ",
  );
  assert.equal(render(`${numbered}{{ m[512] }}{% for k in m %}{{ k + 1 }}{% endfor %}`), "a5131025");
  assert.match(refusal(`${numbered}{{ m.items() }}`), /numbers as keys/);
});

test("a fault is named with its line", () => {
  assert.match(
    refusal("{% if true %}\n\n{{ raise_exception('no') }}{% endif %}"),
    /failed at line 3, raise_exception\("no"\) \(no\)/,
  );
  assert.match(refusal("a\n{% if x %}\n{{ x | }}\n{% endif %}"), /can't be read: line 3/);
});

test("the steps grow with the messages", () => {
  const loops =
    "{% for m in messages %}{% for n in messages %}{% if n.content %}{% endif %}{% endfor %}{% endfor %}";
  const messages = Array.from({ length: 150 }, () => ({ role: "user", content: "x" }));
  assert.equal(render(loops, { messages }), "");
});

test("a template that does not end is refused", () => {
  assert.match(refusal("{% for i in range(10 ** 9) %}x{% endfor %}"), /1000000000/);
  assert.match(refusal("{% for i in range(900000) %}x{% endfor %}"), /range\(\) of 900000/);
  const loop = "{% for i in range(1000) %}";
  assert.match(
    refusal(`${loop}${loop}${loop}{{ i }}{% endfor %}{% endfor %}{% endfor %}`),
    /more than 50000 steps/,
  );
  assert.match(refusal("{% macro m(x) %}{{ m(x) }}{% endmacro %}{{ m(1) }}"), /nested more than/);
});

test("a template that fills the memory is refused", () => {
  const doubling =
    "{% set ns = namespace(s='xxxxxxxx') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}";
  assert.match(refusal(`${doubling}{{ ns.s }}`), /far more text/);
  const lists =
    "{% set ns = namespace(l=[]) %}{% for i in range(1000) %}{% set ns.l = ns.l + [range(9999)] %}{% endfor %}";
  assert.match(refusal(lists), /far more text/);
  assert.match(refusal("{{ 'x' | indent(99999999) }}"), /too large/);
});

test("what the template raises, and what the library does not know, is named", () => {
  assert.match(refusal("{{ raise_exception('only one system message') }}"), /only one system message/);
  assert.match(refusal("{{ 'x' | frobnicate }}"), /frobnicate/);
  assert.match(refusal("{% frobnicate %}"), /can't be read.*frobnicate/i);
});

test("what the library's lexer takes the square of is refused before it", () => {
  assert.match(refusal(`a${" ".repeat(1_001)}b`), /has 1,001 spaces or line breaks in one place/);
  assert.match(refusal("\n".repeat(160_000)), /has 160,000 spaces/);
  assert.match(refusal("a ".repeat(100_001)), /has 200,002 characters; at most 200,000 are read/);
  assert.equal(render(`a${" ".repeat(1_000)}b`).length, 1_002);
});

test("the line of a fault is found among ten thousand as among three", () => {
  const line = "{% set a = 1 %}\n";
  assert.match(refusal(`${line.repeat(2)}{{ ? }}\n`), /can't be read: line 3 /);
  assert.match(refusal(`${line.repeat(7_000)}{{ ? }}\n${line.repeat(5_000)}`), /can't be read: line 7001 /);
});
