/** Every option of the API exactly once: its flag, its name on the wire, its limits, and what it excludes. */
export * from './images.js';
export * from './picture.js';
export * from './special.js';
export * from './style.js';
export * from './words.js';
