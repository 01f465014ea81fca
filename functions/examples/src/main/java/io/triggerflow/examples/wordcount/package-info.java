/** Counts the words of the files of a directory: list, map, reduce. */
package io.triggerflow.examples.wordcount;
