using System.Globalization;

if (args.Length is 0 || args is ["--help"])
{
    Console.WriteLine("usage: Console PLANTS LITRES-PER-PLANT");
    return 0;
}

if (args is not [var first, var second]
    || !int.TryParse(first, CultureInfo.InvariantCulture, out var plants)
    || !decimal.TryParse(second, CultureInfo.InvariantCulture, out var litres))
{
    Console.Error.WriteLine("two numbers are needed: how many plants, and how many litres each");
    return 2;
}

Console.WriteLine($"{plants} plants need {plants * litres} litres.");
return 0;
