/**
 * What a request is before any job runs: recognised as ours by its URL and headers ({@link
 * io.zerocloud.request.Recognition}), its body read under limits and told apart as a job
 * description, an image or a script ({@link io.zerocloud.request.BodyKind}). Pure apart from
 * reading the body.
 */
@NullMarked
package io.zerocloud.request;

import org.jspecify.annotations.NullMarked;
