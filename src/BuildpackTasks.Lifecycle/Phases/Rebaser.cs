using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Puts images on another run image, and newer layers in place of those of buildpacks, without building (platform specification,
/// "rebaser"). Everything that the app brought stays as it is, byte for byte. Nothing is written: the outcome is a value.
/// </summary>
/// <param name="settings">What the rebase shall do.</param>
/// <param name="source">Finds run images.</param>
/// <param name="systems">Tells what system layers hold.</param>
/// <param name="updaters">Make newer layers in place of those of buildpacks.</param>
public sealed class Rebaser(RebaseSettings settings, IRunImageSource source, ISystemReader systems, IReadOnlyList<ILayerUpdater> updaters)
{
    private readonly PlatformRebase rebase = new(settings, source, systems, updaters);

    /// <summary>Rebases what a tag stands for: one image, or all of an index or none.</summary>
    /// <param name="before">What the tag stands for.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The images afterwards; the very same where nothing changes.</returns>
    /// <exception cref="CodedException">
    /// BPT2220 to BPT2225: it cannot be done. BPT2230 to BPT2236: something speaks against it, and it is not forced. Or an error of
    /// the run image, of a layer or of an updater. For an index the message names the platform.
    /// </exception>
    public async Task<RebaseResult> RebaseAsync(TaggedImage before, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(before);
        if (!before.IsIndex) return new RebaseResult(before, [await rebase.RebaseAsync(BuildpacksImage.Read(before.Images[0], name), cancellationToken)], null);

        var images = new List<RebasedImage>();
        foreach (Image image in before.Images)
        {
            try
            {
                images.Add(await rebase.RebaseAsync(BuildpacksImage.Read(image, name), cancellationToken));
            }
            catch (CodedException e)
            {
                throw LifecycleErrors.ForPlatform(image.Config.Platform, e);
            }
        }
        var result = new RebaseResult(before, images, null);
        if (!result.IsChanged) return result;
        if (before.Others.Count > 0)
        {
            images[0] = images[0] with
            {
                Notes = [.. images[0].Notes, $"The index lists {before.Others.Count} {(before.Others.Count == 1 ? "thing" : "things")} beside images, such as attestations: they speak of the images before and are left out."],
            };
        }
        return result with { Index = ImageIndex.Replace(before, [.. images.Select(static image => image.After)]) };
    }
}
