using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Finds the layers that buildpacks keep as the previous image has them (buildpack specification, "Reusing Layers"): by their diff
/// ID, whoever made that image.
/// </summary>
/// <param name="analyzed">What analysis found.</param>
/// <param name="cache">Knows the layers of the previous image whose fingerprints are known, without asking for its manifest.</param>
/// <param name="previousImage">Reads the previous image; asked only where its metadata is not enough.</param>
internal sealed class KeptLayers(AnalyzedFile analyzed, LayerCache cache, Func<CancellationToken, Task<Image?>> previousImage)
{
    /// <summary>Finds the layer.</summary>
    /// <exception cref="CodedException">BPT2195 to BPT2197: there is no such layer any more. Or the previous image cannot be read.</exception>
    public async Task<KnownLayer> FindAsync(PlannedLayer plan, CancellationToken cancellationToken)
    {
        GroupMember member = plan.Buildpack!;
        if (plan.File!.Types!.Cache) throw LifecycleErrors.KeptWithoutContents(member, plan.Name);
        LayerMetadata known = analyzed.PreviousMetadata?.Buildpacks.FirstOrDefault(buildpack => buildpack.Id == member.Id)?.Layers.GetValueOrDefault(plan.Name)
            ?? throw LifecycleErrors.NothingKept(member, plan.Name);

        if (known.Stored is { } stored && await cache.FindAsync(stored.Fingerprint, cancellationToken) is { } layer && layer.DiffId == known.Sha) return layer;
        Image? image = await previousImage(cancellationToken);
        ILayer found = image?.Layers.FirstOrDefault(layer => layer.DiffId == known.Sha) ?? throw LifecycleErrors.KeptLayerGone(member, plan.Name, analyzed.PreviousImage ?? "");
        // What the layer was made from is its maker's secret; its diff ID says as much.
        return new KnownLayer(
            known.Stored?.Fingerprint ?? LayerFingerprint.OfInputs($"layer by diff ID\n{known.Sha}", LayerCompression.Smallest), LayerOrigin.PreviousImage, found);
    }
}
