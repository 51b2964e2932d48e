// Matrices of a fastText file: of floats, or product-quantised to one byte for every few columns.
import type { BinaryReader } from "./binaryReader.ts";

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** to += row */
  addRow(row: number, to: Float64Array): void;
  /** row · vector */
  dotRow(row: number, vector: Float64Array): number;
}

const floatBytes = 4;

export function readDense(reader: BinaryReader): Matrix {
  const rows = reader.int64("a matrix's height");
  const columns = reader.int64("a matrix's width");
  if (columns < 1) reader.fail(`a matrix is ${columns} wide`);
  reader.count(rows, columns * floatBytes, "rows of a matrix");
  const values = reader.view(rows * columns * floatBytes);
  if (rows * columns <= maxCopied) return copied(values, rows, columns);
  return {
    rows,
    columns,
    addRow(row, to) {
      const from = row * columns;
      for (let i = 0; i < columns; i++) {
        to[i] = (to[i] ?? 0) + values.getFloat32((from + i) * floatBytes, true);
      }
    },
    dotRow(row, vector) {
      const from = row * columns;
      let sum = 0;
      for (let i = 0; i < columns; i++) {
        sum += (vector[i] ?? 0) * values.getFloat32((from + i) * floatBytes, true);
      }
      return sum;
    },
  };
}

// Maximum elements to copy: reading single floats from bytes takes several times as long as from an array,
// but large matrices stay bytes.
const maxCopied = 1 << 20;

function copied(bytes: DataView, rows: number, columns: number): Matrix {
  const values = Float32Array.from({ length: rows * columns }, (_, i) =>
    bytes.getFloat32(i * floatBytes, true),
  );
  return {
    rows,
    columns,
    addRow(row, to) {
      for (let i = 0; i < columns; i++) to[i] = (to[i] ?? 0) + (values[row * columns + i] ?? 0);
    },
    dotRow(row, vector) {
      let sum = 0;
      for (let i = 0; i < columns; i++) sum += (vector[i] ?? 0) * (values[row * columns + i] ?? 0);
      return sum;
    },
  };
}

/** Centroids of one code: 256 for each part of a row. */
interface Quantizer {
  readonly width: number;
  readonly parts: number;
  /** Number of columns of a part, and of the last one. */
  readonly part: number;
  readonly lastPart: number;
  readonly centroids: DataView;
}

const centroidsOfAPart = 256;

function readQuantizer(reader: BinaryReader): Quantizer {
  const width = reader.int32();
  const parts = reader.int32();
  const part = reader.int32();
  const lastPart = reader.int32();
  const fits =
    parts > 0 && part > 0 && lastPart > 0 && lastPart <= part && (parts - 1) * part + lastPart === width;
  if (!fits) reader.fail(`its quantised rows of ${width} are in ${parts} parts of ${part} and ${lastPart}`);
  reader.count(width, centroidsOfAPart * floatBytes, "quantised columns");
  return { width, parts, part, lastPart, centroids: reader.view(width * centroidsOfAPart * floatBytes) };
}

/** Index of a centroid's first float, and its length. */
function centroidAt({ parts, part, lastPart }: Quantizer, index: number, code: number): [number, number] {
  const before = index * centroidsOfAPart * part;
  return index === parts - 1 ? [before + code * lastPart, lastPart] : [before + code * part, part];
}

export function readQuantized(reader: BinaryReader): Matrix {
  const hasNorms = reader.bool("the flag for norms");
  const rows = reader.int64("a matrix's height");
  const columns = reader.int64("a matrix's width");
  const codeBytes = reader.int32();
  const codes = reader.view(reader.count(codeBytes, 1, "codes"));
  const quantizer = readQuantizer(reader);
  if (quantizer.width !== columns || rows < 0 || rows * quantizer.parts !== codeBytes)
    reader.fail(`${codeBytes} codes are not ${rows} rows of ${columns} in ${quantizer.parts} parts`);
  const normCodes = hasNorms ? reader.view(reader.count(rows, 1, "codes of norms")) : null;
  const norms = hasNorms ? readQuantizer(reader) : null;
  if (norms !== null && norms.width !== 1) reader.fail(`its norms are ${norms.width} wide`);
  const { centroids, parts, part } = quantizer;
  const normOf = (row: number): number =>
    normCodes === null || norms === null
      ? 1
      : norms.centroids.getFloat32(centroidAt(norms, 0, normCodes.getUint8(row))[0] * floatBytes, true);
  const each = (row: number, visit: (column: number, value: number) => void): void => {
    for (let index = 0; index < parts; index++) {
      const [from, length] = centroidAt(quantizer, index, codes.getUint8(row * parts + index));
      for (let i = 0; i < length; i++) {
        visit(index * part + i, centroids.getFloat32((from + i) * floatBytes, true));
      }
    }
  };
  return {
    rows,
    columns,
    addRow(row, to) {
      const norm = normOf(row);
      each(row, (column, value) => {
        to[column] = (to[column] ?? 0) + norm * value;
      });
    },
    dotRow(row, vector) {
      let sum = 0;
      each(row, (column, value) => {
        sum += (vector[column] ?? 0) * value;
      });
      return sum * normOf(row);
    },
  };
}
