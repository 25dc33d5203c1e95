// A package's buildpack, which is a program, has put the almanac into the image; another package's items the seeds.
if (Environment.GetEnvironmentVariable("ALMANAC") is not { } almanac || Environment.GetEnvironmentVariable("SEEDS") is not { } seeds)
{
    Console.Error.WriteLine("neither almanac nor seeds: publish with PublishImage=true and run the image");
    return 1;
}

foreach (var line in File.ReadLines(almanac))
{
    Console.WriteLine(line);
}

foreach (var seed in File.ReadLines(seeds).Skip(1).Select(line => line.Split(',')))
{
    Console.WriteLine($"{seed[0]}: {seed[1]} cm deep");
}

return 0;
