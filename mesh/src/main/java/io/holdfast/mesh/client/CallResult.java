package io.holdfast.mesh.client;

/**
 * What came of a call.
 *
 * @param <T> what a node answers
 */
public sealed interface CallResult<T> {

  /** How the call went. */
  Trail trail();

  /**
   * A node answered: with what was asked for, or with a refusal that more attempts did not cure
   * before the deadline.
   *
   * @param answer the answer
   */
  record Answered<T>(T answer, Trail trail) implements CallResult<T> {}

  /**
   * No node answered before the deadline.
   *
   * @param delivered whether a request may have reached a node all the same: then a write may have
   *     taken effect, or still may
   * @param detail one sentence for a person
   */
  record Unheard<T>(boolean delivered, String detail, Trail trail) implements CallResult<T> {}
}
