/** The images and docker-compose.yml, run by a real Docker. */
@NullMarked
package io.zerocloud.containers;

import org.jspecify.annotations.NullMarked;
