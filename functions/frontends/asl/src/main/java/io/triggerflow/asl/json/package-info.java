/** JSON as plain Java values, read and written with the digits it came with. */
package io.triggerflow.asl.json;
