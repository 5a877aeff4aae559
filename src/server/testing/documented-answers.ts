import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { request } from './api-client.ts';

type Documented = {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
  components: object;
};

export type AnswerCheck = (call: string, answer: { status: number; type: string; text: string }) => void;

/** Reads `/openapi.json`; what it returns throws for an answer that the document does not tell of, or tells otherwise. */
export const readDocumentedAnswers = async (address: string): Promise<AnswerCheck> => {
  const { paths, components } = (await request(address, 'GET', '/openapi.json')).body as Documented;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const compiled = new Map<object, ValidateFunction>();
  const validatorOf = (schema: object): ValidateFunction => {
    const known = compiled.get(schema) ?? ajv.compile({ ...schema, components });
    compiled.set(schema, known);
    return known;
  };
  return (call, { status, type, text }) => {
    const [method = '', path = ''] = call.split(' ');
    const [mediaType = ''] = type.split(';', 1);
    const content = paths[path]?.[method.toLowerCase()]?.responses[status]?.content?.[mediaType];
    if (content === undefined) throw new Error(`${call}: ${status} ${mediaType} is not documented`);
    if (mediaType !== 'application/json') return;
    const validate = validatorOf(content.schema);
    if (!validate(JSON.parse(text))) {
      throw new Error(`${call}: ${status} is not as documented: ${ajv.errorsText(validate.errors)} in ${text}`);
    }
  };
};
