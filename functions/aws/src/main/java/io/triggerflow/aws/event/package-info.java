/** Messages of AWS services to events, and events to messages: the only place that knows envelopes. */
package io.triggerflow.aws.event;
