export type { EventHandler, EventHandlers, HandlerContext, PublishOptions } from './handlers';
