/** Ids, time and typed settings: what every other module starts from. */
@NullMarked
package io.holdfast.config;

import org.jspecify.annotations.NullMarked;
