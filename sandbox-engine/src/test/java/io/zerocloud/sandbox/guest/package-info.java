/** Tests of the guest's side: its runtime natively, and whole programs in the sandbox. */
@NullMarked
package io.zerocloud.sandbox.guest;

import org.jspecify.annotations.NullMarked;
