// The body of an answer as it comes; whoever stops reading ends the connection too.

/** @param broken What is thrown where the connection breaks. */
export async function* piecesOf(
  response: Response,
  broken: (cause: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw broken(cause);
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
