namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The table of what is restored before a build (buildpack specification, "Layer Types"), with the reference's answers to what it leaves
/// open. Metadata and contents of a layer that is cached come back together or not at all ("Cached Layers").
/// </summary>
public static class RestoreTable
{
    /// <summary>Decides about a layer of a buildpack that passed detection.</summary>
    /// <param name="image">What the layer was for in the previous image; null where that has no such layer, or there is no such image.</param>
    /// <param name="cached">What it was for when its contents were kept; null where the cache does not have it.</param>
    /// <param name="isSame">Whether the contents in the cache are those of the layer in the previous image, by their diff IDs.</param>
    /// <param name="isSameEnvironment">
    /// Whether the previous image is for the execution environment of this build; one for another is not restored from (platform
    /// specification, "restorer").
    /// </param>
    public static RestoreDecision Decide(LayerTypes? image, LayerTypes? cached, bool isSame, bool isSameEnvironment = true)
    {
        LayerTypes? kept = cached is { Cache: true } ? cached : null;
        return image switch
        {
            { Launch: true } when isSameEnvironment => FromImage(image, kept, isSame),
            _ when kept is { Launch: true } && image is null => new RestoreDecision(RestoreSource.Cache, true, "its contents are in the cache, and the previous image does not have it"),
            _ when kept is not null => new RestoreDecision(RestoreSource.Cache, true, "its contents are in the cache"),
            { Launch: true } => Nothing("the previous image is for another execution environment"),
            { Cache: true } => Nothing("it is a cache layer, and its contents are not in the cache"),
            { Build: true } => Nothing("it is a build layer that is not cached"),
            { } => Nothing("it is not in the image"),
            null => Nothing("neither the previous image nor the cache has it"),
        };
    }

    /// <summary>What the image says of a layer counts for more than what the cache says.</summary>
    private static RestoreDecision FromImage(LayerTypes image, LayerTypes? kept, bool isSame) => image switch
    {
        { Cache: true } when kept is null => Nothing("it is a cache layer, and its contents are not in the cache"),
        { Cache: true } when !isSame => Nothing("it is a cache layer, and its contents in the cache are not those of the previous image"),
        { Cache: true } => new RestoreDecision(RestoreSource.Image, true, "it is a cache layer, and its contents are in the cache"),
        { Build: true } => Nothing("it is a build layer that is not cached"),
        _ => new RestoreDecision(RestoreSource.Image, false, "it is a launch layer of the previous image"),
    };

    private static RestoreDecision Nothing(string reason) => new(RestoreSource.Nothing, false, reason);
}
