/** API Gateway's HTTP APIs with payload format 2.0. */
package io.triggerflow.local.httpapi;
