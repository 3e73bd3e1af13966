import type { Route } from './route.js';
import { assetRoutes } from './routes/assets.js';
import { dashboardRoutes } from './routes/dashboard.js';
import { datasetRoutes } from './routes/datasets.js';
import { exportRoutes } from './routes/exports.js';
import { feedbackRoutes } from './routes/feedback.js';
import { intakeRoutes } from './routes/intake.js';
import { modelRoutes } from './routes/models.js';
import { openApiRoute } from './routes/openapi.js';
import { otlpRoutes } from './routes/otlp.js';
import { propertyRoutes } from './routes/properties.js';
import { requestBodyRoutes } from './routes/request-bodies.js';
import { requestPatchRoutes } from './routes/request-patches.js';
import { requestRoutes } from './routes/requests.js';
import { sessionNoteRoutes } from './routes/session-notes.js';
import { sessionRoutes } from './routes/sessions.js';
import { userRoutes } from './routes/users.js';
import { webhookRoutes } from './routes/webhooks.js';

/** All operations, by what they are about. */
export const ROUTES: readonly Route[] = [
  ...requestRoutes,
  ...requestPatchRoutes,
  ...requestBodyRoutes,
  ...assetRoutes,
  ...sessionRoutes,
  ...sessionNoteRoutes,
  ...userRoutes,
  ...propertyRoutes,
  ...dashboardRoutes,
  ...feedbackRoutes,
  ...exportRoutes,
  ...datasetRoutes,
  ...modelRoutes,
  ...webhookRoutes,
  ...intakeRoutes,
  ...otlpRoutes,
  openApiRoute(() => ROUTES),
];
