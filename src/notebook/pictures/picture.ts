/** Pictures as PNG: the one format that JupyterLab, VS Code and a code host's notebook page all show. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { show, type Output } from "../output/display";
import { COLOUR, FONT } from "./palette";

/** A drawn picture. */
export interface Picture {
  /** The file's bytes, at twice the size below, so that it is crisp on a fine screen. */
  png: Uint8Array;
  /** How wide to show it, in CSS pixels. */
  width: number;
  /** How high to show it, in CSS pixels. */
  height: number;
  /** What the picture shows, in one line. */
  text: string;
}

/** White space around a picture, in CSS pixels: on a dark theme the picture is a white card. */
const MARGIN = 16;
const PIXELS_PER_CSS_PIXEL = 2;

/** Shows a picture below the cell. */
export function showPicture(picture: Picture): void {
  show(pictureOutput(picture));
}

/** A picture as a cell's output. */
export function pictureOutput({ png, width, height, text }: Picture): Output {
  return {
    data: { "image/png": Buffer.from(png).toString("base64"), "text/plain": text },
    metadata: { "image/png": { width, height } },
  };
}

/**
 * Turns an SVG into a picture, cut to what is drawn in it. The fonts come from a package, not from
 * the machine, so the picture is the same everywhere.
 */
export async function svgToPicture(svg: string, text: string): Promise<Picture> {
  const { Resvg } = await import("@resvg/resvg-js");
  const font = { fontFiles: fontFiles(), loadSystemFonts: false, defaultFontFamily: FONT };
  const drawn = new Resvg(svg, { font }).getBBox();
  if (!drawn) throw new Error("Cannot make a picture as the SVG is empty.");
  const [x, y] = [Math.floor(drawn.x) - MARGIN, Math.floor(drawn.y) - MARGIN];
  const width = Math.ceil(drawn.x + drawn.width) + MARGIN - x;
  const height = Math.ceil(drawn.y + drawn.height) + MARGIN - y;
  const cut = svg.replace(/<svg[^>]*>/, (tag) => withFrame(tag, x, y, width, height));
  const fitTo = { mode: "zoom", value: PIXELS_PER_CSS_PIXEL } as const;
  const png = new Resvg(cut, { font, fitTo, background: COLOUR.paper }).render().asPng();
  return { png, width, height, text };
}

function withFrame(tag: string, x: number, y: number, width: number, height: number): string {
  const bare = tag.replace(/\s(width|height|viewBox)="[^"]*"/g, "");
  return bare.replace(
    />$/,
    ` width="${width}" height="${height}" viewBox="${x} ${y} ${width} ${height}">`,
  );
}

function fontFiles(): string[] {
  const folder = join(
    dirname(createRequire(__filename).resolve("dejavu-fonts-ttf/package.json")),
    "ttf",
  );
  return ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf"].map((file) =>
    join(folder, file),
  );
}
