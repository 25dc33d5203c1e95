namespace BuildpackTasks.Launcher;

/// <summary>Texts with a byte 0 after each, as the kernel shows arguments and variables.</summary>
internal static class SystemBlock
{
    /// <summary>The texts.</summary>
    public static List<string> Split(ReadOnlySpan<byte> block)
    {
        var texts = new List<string>();
        while (block.Length > 0)
        {
            int end = block.IndexOf((byte)0);
            if (end < 0) end = block.Length;
            texts.Add(SystemText.Decode(block[..end]));
            block = block[Math.Min(end + 1, block.Length)..];
        }
        return texts;
    }
}
