/** TestState: one state run alone, with mocked results and a look at its data flow. */
package io.triggerflow.asl.teststate;
