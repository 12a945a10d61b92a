import { orderAnalyticsRoutes } from './order-analytics-routes.js';
import { platformRoutes } from './platform-routes.js';
import type { AnalyticsRoutes } from './route-parts.js';
import { serviceRoutes } from './service-routes.js';
import { userRoutes } from './user-routes.js';

/** All that is asked under /analytics. */
export const analyticsRoutes: AnalyticsRoutes = async (app, { memory, alias = false }) => {
  // Not the options as they are: they hold the prefix, which would be put before the addresses once more.
  await app.register(platformRoutes, { memory, alias });
  await app.register(serviceRoutes, { memory, alias });
  await app.register(userRoutes, { memory, alias });
  await app.register(orderAnalyticsRoutes, { memory, alias });
};
