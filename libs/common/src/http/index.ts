export { EventResponse, type EventSink } from '../event-stream/event-response.js';
export { escapedHtml } from '../pages/escaped-html.js';
export { NO_ICON, SWAGGER_UI_POLICY, swaggerUiAsset, swaggerUiPage, type PageAsset, type SwaggerUiPage } from '../pages/swagger-ui.js';
export { askHttp, type HttpAnswer, type HttpLimits } from './ask-http.js';
export { bearerToken } from './bearer-token.js';
export { failureText } from './failure-text.js';
export { HttpStream, type HttpAsk, type HttpTimes } from './http-stream.js';
export { isHttpOrigin, isHttpUrl } from './http-url.js';
export { rawResponse } from './raw-response.js';
