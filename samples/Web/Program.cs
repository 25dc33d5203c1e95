using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Markdig;
using Newtonsoft.Json;
using Samples.Catalog;
using Samples.Web;

var title = new Option<string>("--title", () => "The plant shop", "What the shop is called.");
var command = new RootCommand { title };
command.TreatUnmatchedTokensAsErrors = false;
var shop = command.Parse(args).GetValueForOption(title);

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();

app.UseDefaultFiles();
app.UseStaticFiles();

app.MapGet("/title", () => shop);
app.MapGet("/plants", () => PlantCatalog.Plants.Select(plant => new PlantSummary(plant.Id, plant.Name)));
app.MapGet("/plants/{id}", (string id) => PlantCatalog.Find(id) is { } plant
    ? Results.Content(Markdown.ToHtml(plant.Care), "text/html")
    : Results.NotFound());
app.MapGet("/info", () => Results.Content(
    JsonConvert.SerializeObject(
        new
        {
            Runtime = RuntimeInformation.FrameworkDescription,
            System = RuntimeInformation.OSDescription,
            Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
            User = Environment.UserName,
        },
        Formatting.Indented),
    "application/json"));

app.Run();
