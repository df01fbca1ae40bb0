/** What a chaos run did and found, and the page that shows it. */
@NullMarked
package io.holdfast.chaos.report;

import org.jspecify.annotations.NullMarked;
