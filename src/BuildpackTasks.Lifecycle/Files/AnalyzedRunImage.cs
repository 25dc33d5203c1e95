using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>The run image as analysis found it.</summary>
/// <param name="Name">What the user wrote, such as <c>registry.example.com/base/aspnet:10.0</c> or <c>debian://trixie</c>.</param>
/// <param name="Reference">The same, pinned to what was found: a reference with a digest where the image has one.</param>
/// <param name="Facts">What buildpacks may know of it.</param>
/// <param name="Fingerprints">What its layers were made from where that is known, by diff ID.</param>
public sealed record AnalyzedRunImage(string Name, string Reference, RunImageFacts Facts, IReadOnlyDictionary<Digest, Digest> Fingerprints);
