import { swaggerUiPage } from '@minos/common/http';

/** The page of the routes; `up` stands before what is beside it. */
export function openApiPage(title: string, up: string): string {
  return swaggerUiPage({ title: `${title}: routes`, document: `${up}openapi.json`, assets: `${up}assets/` });
}
