// What an awk script remembers: variables, arrays, and the record with its fields.
import { AwkMistake } from './awk-syntax.ts';
import { InputText, numberOf, textOf, type Value } from './awk-values.ts';
import { posixRegExp } from './regular-expression.ts';

export type AwkArray = Map<string, Value>;
export type Cell = Value | AwkArray | undefined;

export class AwkMemory {
  readonly globals = new Map<string, Cell>();
  /** Parameters of the function that runs. */
  locals: Map<string, Cell> | undefined;
  private fields: string[] = [];
  private record = '';
  private isRecordStale = false;
  private readonly expressions = new Map<string, RegExp>();

  /** One of the variables that awk itself keeps. */
  own(name: string): string {
    return textOf(this.variable(name));
  }

  /** The cells that a name belongs to: the function's if it is a parameter. */
  placeOf(name: string): Map<string, Cell> {
    return this.locals?.has(name) ? this.locals : this.globals;
  }

  /** A variable as a value; what was never set is empty. */
  variable(name: string): Value {
    const cell = this.locals?.has(name) ? this.locals.get(name) : this.globals.get(name);
    return cell === undefined || cell instanceof Map ? new InputText('') : cell;
  }

  /** Sets a variable; setting NF cuts or lengthens the record. */
  setVariable(name: string, value: Value): void {
    if (this.locals?.has(name)) {
      this.locals.set(name, value);
      return;
    }
    this.globals.set(name, value);
    if (name !== 'NF') return;
    this.fields.length = Math.max(0, numberOf(value));
    for (let index = 0; index < this.fields.length; index++) this.fields[index] ??= '';
    this.isRecordStale = true;
  }

  /** The array of that name, made if need be. */
  array(name: string): AwkArray {
    const place = this.locals?.has(name) ? this.locals : this.globals;
    const cell = place.get(name);
    if (cell instanceof Map) return cell;
    const made: AwkArray = new Map();
    place.set(name, made);
    return made;
  }

  /** A new record: its fields are made at once. */
  setRecord(line: string): void {
    this.record = line;
    this.isRecordStale = false;
    this.fields = this.split(line, textOf(this.globals.get('FS') as Value));
    this.globals.set('NF', this.fields.length);
  }

  /** $0, put together again if a field was changed. */
  wholeRecord(): string {
    if (this.isRecordStale) {
      this.record = this.fields.join(textOf(this.globals.get('OFS') as Value));
      this.isRecordStale = false;
    }
    return this.record;
  }

  /** $index. */
  field(index: number): Value {
    if (index === 0) return new InputText(this.wholeRecord());
    return new InputText(this.fields[index - 1] ?? '');
  }

  /** Sets $index. */
  setField(index: number, text: string): void {
    if (index === 0) {
      this.setRecord(text);
      return;
    }
    while (this.fields.length < index) this.fields.push('');
    this.fields[index - 1] = text;
    this.globals.set('NF', this.fields.length);
    this.isRecordStale = true;
  }

  /** The parts of a text between separators. */
  split(text: string, separator: string): string[] {
    if (text === '') return [];
    if (separator === ' ') return text.trim() === '' ? [] : text.replace(/^[ \t\n]+|[ \t\n]+$/g, '').split(/[ \t\n]+/);
    if (separator === '') return [...text];
    if (separator.length === 1 && separator !== '\\') return text.split(separator);
    // A separator with groups must not put them among the fields.
    return text.split(new RegExp(this.expression(separator).source.replace(/\((?!\?)/g, '(?:')));
  }

  /** A regular expression, compiled once. */
  expression(source: string): RegExp {
    let expression = this.expressions.get(source);
    if (!expression) {
      try {
        expression = posixRegExp(source, 'extended', 's');
      } catch (thrown) {
        if (!(thrown instanceof SyntaxError)) throw thrown;
        throw new AwkMistake(`bad regex '${source}': ${thrown.message}`);
      }
      this.expressions.set(source, expression);
    }
    return expression;
  }
}
