namespace Samples.Catalog;

/// <summary>The plants of the shop.</summary>
public static class PlantCatalog
{
    /// <summary>All plants, by name.</summary>
    public static IReadOnlyList<Plant> Plants { get; } =
    [
        new("aloe", "Aloe vera", "Full sun, little water. *Never* let it stand in a wet saucer."),
        new("fern", "Boston fern", "Shade and moist air:\n\n- mist it every morning\n- keep it away from heaters"),
        new("monstera", "Monstera", "Bright, indirect light. Water it **once a week** and wipe its leaves."),
    ];

    /// <summary>The plant of an id, or null when the shop has none.</summary>
    public static Plant? Find(string id) => Plants.FirstOrDefault(plant => plant.Id == id);
}
