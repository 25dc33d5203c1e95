using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>The image for one platform, before and after.</summary>
/// <param name="Before">The image before.</param>
/// <param name="After">The image afterwards; the very same where nothing changes.</param>
/// <param name="Changes">What changes; empty where the image is up to date.</param>
/// <param name="Overridden">Why it would not have been done without force, a sentence each.</param>
/// <param name="Notes">What the user should hear of, a sentence each.</param>
public sealed record RebasedImage(Image Before, Image After, IReadOnlyList<RebaseChange> Changes, IReadOnlyList<string> Overridden, IReadOnlyList<string> Notes);
