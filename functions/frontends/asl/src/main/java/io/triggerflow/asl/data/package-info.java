/** Selecting and transforming data: paths, intrinsic functions, JSONata, variables, the context object, the tests of a Choice. */
package io.triggerflow.asl.data;
