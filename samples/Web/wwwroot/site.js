async function text(path) {
    return (await fetch(path)).text();
}

async function show() {
    document.getElementById("title").textContent = await text("title");
    for (const plant of JSON.parse(await text("plants"))) {
        const item = document.createElement("li");
        item.textContent = plant.name;
        item.addEventListener("click", async () => {
            document.getElementById("care").innerHTML = await text(`plants/${plant.id}`);
        });
        document.getElementById("plants").append(item);
    }
}

show();
