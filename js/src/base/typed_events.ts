/** EventTargets whose events have types. */

export interface TypedEventTarget<Events> extends EventTarget {
  addEventListener<K extends keyof Events & string>(
    type: K,
    listener: (event: Events[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    callback: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof Events & string>(
    type: K,
    listener: (event: Events[K]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    callback: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** The base class of something with `Events`, a map from names to events. */
export function typedEvents<Events>(): new () => TypedEventTarget<Events> {
  return EventTarget as new () => TypedEventTarget<Events>;
}

/** @param detail what a CustomEvent carries; without it the event is a plain one */
export function emit(target: EventTarget, type: string, ...detail: unknown[]): void {
  target.dispatchEvent(
    detail.length > 0 ? new CustomEvent(type, { detail: detail[0] }) : new Event(type),
  );
}
