namespace BuildpackTasks.Oci;

/// <summary>The files of a layout, wherever they are: in a directory or in an archive.</summary>
internal interface IStoredFiles
{
    /// <summary>What messages call the place.</summary>
    string Name { get; }

    /// <summary>The file at a <c>/</c>-separated relative path, or null where there is none.</summary>
    /// <param name="path">The path; made by this room, never taken from what is read.</param>
    StoredFile? Find(string path);
}
