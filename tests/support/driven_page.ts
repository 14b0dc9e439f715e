/** A page in a browser that is driven from without. */

export interface DrivenPage {
  /** The browser's. */
  readonly version: string;
  /** Runs a function in the page; what it takes and gives has to be JSON. */
  evaluate<Result>(run: () => Result | Promise<Result>): Promise<Result>;
  evaluate<Result, Argument>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>;
  /** Ends the browser and removes what it has written. */
  close(): Promise<void>;
}
