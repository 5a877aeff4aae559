export type Fields = {
  text: (name: string) => string;
  number: (name: string) => number;
  truth: (name: string) => boolean;
  object: (name: string) => Fields;
  objects: (name: string) => Fields[];
  texts: (name: string) => Record<string, string>;
  has: (name: string) => boolean;
  raw: (name: string) => unknown;
};

/** Reads an object whose shape is only hoped for, and says which field is not as hoped. Zod would cost each process 11 MB. */
export const fieldsOf = (value: unknown, where = 'the body'): Fields => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${where} must be an object`);
  const entries = new Map<string, unknown>(Object.entries(value));
  const wrong = (name: string, what: string): Error => new Error(`${name} in ${where} must be ${what}`);
  return {
    text: (name) => {
      const field = entries.get(name);
      if (typeof field !== 'string') throw wrong(name, 'a text');
      return field;
    },
    number: (name) => {
      const field = entries.get(name);
      if (typeof field !== 'number' || !Number.isFinite(field)) throw wrong(name, 'a number');
      return field;
    },
    truth: (name) => entries.get(name) === true,
    object: (name) => fieldsOf(entries.get(name), name),
    objects: (name) => {
      const field = entries.get(name);
      if (!Array.isArray(field)) throw wrong(name, 'a list');
      return field.map((item: unknown) => fieldsOf(item, name));
    },
    texts: (name) => {
      const found: Record<string, string> = {};
      for (const [key, text] of Object.entries(entries.get(name) ?? {})) {
        if (typeof text === 'string') found[key] = text;
      }
      return found;
    },
    has: (name) => entries.get(name) !== undefined && entries.get(name) !== null,
    raw: (name) => entries.get(name),
  };
};
