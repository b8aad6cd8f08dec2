package io.zerocloud.sandbox.validator;

/**
 * One refused instruction.
 *
 * @param offset where it begins, in bytes from the start of the code given; for {@link
 *     Reason#RSP_UNPAIRED} and {@link Reason#RBP_UNPAIRED} where the missing second half should
 *     have begun, which may be the end of the code
 * @param reason the rule it breaks
 */
public record Violation(int offset, Reason reason) {}
