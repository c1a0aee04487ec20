// The page is a form that can be clicked at once: what makes it quick is loaded after the first
// paint, all files together, so that nothing competes with what the person waits for.

requestAnimationFrame(() => setTimeout(() => {
  for (const href of document.body.dataset.modules.split(" ")) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "modulepreload", href });
    document.head.append(link);
  }
  import("./label.js");
}));
