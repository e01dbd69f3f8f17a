// What is thrown to leave a part of a script: break, return, and mistakes that end it.

/** `break` and `continue`: leaves `levels` loops. */
export class LoopExit {
  levels: number;
  readonly kind: 'break' | 'continue';

  constructor(levels: number, kind: 'break' | 'continue') {
    this.levels = levels;
    this.kind = kind;
  }
}

/** `return`. */
export class FunctionReturn {
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}

/** A mistake that ends a script (an interactive shell only drops the line). The message is said with the shell's name in front. */
export class ShellError {
  readonly message: string;
  readonly status: number;

  constructor(message: string, status = 2) {
    this.message = message;
    this.status = status;
  }
}
