import type { FastifyInstance } from 'fastify';
import type { Content, OpenApi, Operation } from './openapi.ts';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h2 { margin-top: 3rem; font-size: 1.1rem; }
code, pre { font: 14px/1.5 ui-monospace, monospace; }
pre { padding: 0.75rem; overflow: auto; max-height: 24rem; border: 1px solid; border-radius: 6px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; }
`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const schemaBlock = (title: string, content: Content): string =>
  Object.entries(content)
    .map(
      ([type, { schema }]) =>
        `<details><summary>${escaped(title)}, <code>${escaped(type)}</code></summary>` +
        `<pre>${escaped(JSON.stringify(schema, null, 2))}</pre></details>`,
    )
    .join('');

const parameterTable = ({ parameters }: Operation): string =>
  parameters.length === 0
    ? ''
    : `<table><thead><tr><th>Parameter</th><th>In</th><th>Schema</th></tr></thead><tbody>${parameters
        .map(
          ({ name, in: where, required, schema }) =>
            `<tr><td><code>${escaped(name)}</code>${required ? ' (required)' : ''}</td><td>${where}</td>` +
            `<td><code>${escaped(JSON.stringify(schema))}</code></td></tr>`,
        )
        .join('')}</tbody></table>`;

const isFailure = (status: string): boolean => Number(status) >= 400;

const operationSection = (method: string, path: string, operation: Operation): string => {
  const failures = Object.entries(operation.responses).filter(([status]) => isFailure(status));
  const answers = Object.entries(operation.responses).filter(([status]) => !isFailure(status));
  return [
    `<section><h2 id="${escaped(operation.operationId)}"><code>${method.toUpperCase()} ${escaped(path)}</code></h2>`,
    `<p>${escaped(operation.summary)} ${escaped(operation.description)}</p>`,
    parameterTable(operation),
    operation.requestBody === undefined ? '' : schemaBlock('Body', operation.requestBody.content),
    ...answers.map(([status, { content }]) => schemaBlock(`Answer ${status}`, content)),
    `<p>Refusals: ${failures.map(([status, { description }]) => `${status} ${escaped(description)}`).join('; ')}.</p>`,
    '</section>',
  ].join('\n');
};

const pageOf = (document: OpenApi): string => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const { title, version, description } = document.info;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<main>
<h1>${escaped(title)} ${escaped(version)}</h1>
<p>${escaped(description)} The same as <a href="/openapi.json">an OpenAPI document</a>.</p>
<nav aria-label="Calls"><ul>
${operations
  .map(
    ({ path, method, operation }) =>
      `<li><a href="#${escaped(operation.operationId)}"><code>${method.toUpperCase()} ${escaped(path)}</code></a> ` +
      `${escaped(operation.summary)}</li>`,
  )
  .join('\n')}
</ul></nav>
${operations.map(({ path, method, operation }) => operationSection(method, path, operation)).join('\n')}
</main>
</body>
</html>
`;
};

/** `GET /openapi.json`, and the same as a page at `GET /docs`; both are made once. */
export const registerDocs = (app: FastifyInstance, document: OpenApi): void => {
  const page = pageOf(document);
  app.get('/openapi.json', () => document);
  app.get('/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
  app.get('/docs/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));
};
