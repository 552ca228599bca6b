export { type Action, onAction, withJson } from './command';
export { EXIT } from './exitCode';
export { textTable } from './output';
export { createProgram } from './program';
export { runProgram } from './runProgram';
