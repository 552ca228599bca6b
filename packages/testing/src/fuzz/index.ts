export { type FuzzOptions, fuzz } from './fuzz';
export {
  type FieldChange,
  fieldChanges,
  type HostileJson,
  hostileJson,
  hostilePieces,
  jsonOf,
  objectOf,
  type Pieces,
  textOf,
} from './hostile';
export { type FuzzTarget, type FuzzTargets, runFuzz } from './program';
