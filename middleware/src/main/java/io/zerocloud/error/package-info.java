/**
 * What a client can be told when a request is refused or fails: one enum of code, HTTP status and
 * text. Exceptions carry it from where a rule is broken to the one place that writes answers.
 */
@NullMarked
package io.zerocloud.error;

import org.jspecify.annotations.NullMarked;
