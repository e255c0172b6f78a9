export { addressFile, openFarDoor, type IFarDoor } from './door.ts';
