// Node's WebAssembly, as far as it is used: TypeScript declares it with the DOM only.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number });
  }
}
