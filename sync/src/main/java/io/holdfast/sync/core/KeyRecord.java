package io.holdfast.sync.core;

import com.google.protobuf.ByteString;

/**
 * A key with its record.
 *
 * @param key the key
 * @param value its record; of a read that asked for keys only, with an empty value
 */
public record KeyRecord(ByteString key, VersionedValue value) {}
