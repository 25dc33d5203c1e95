namespace BuildpackTasks.Oci;

/// <summary>What a name in a store stands for: an image's manifest, or an index of several.</summary>
internal abstract record StoredDocument;
