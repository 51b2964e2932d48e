// The index of data with the error that it tells apart, bundled as one: a class is another in each bundle.
import { DataIndex } from "../../src/platform/dataIndex.ts";
import { Unresponsive } from "../../src/protocol/patience.ts";

export const parts = { DataIndex, Unresponsive };
