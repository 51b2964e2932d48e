// The index of data with the error that it tells apart, bundled as one: a class is another in each bundle.

import { Unresponsive } from "../../src/protocol/patience.ts";
import { DataIndex } from "../../src/workspace/data/dataIndex.ts";

export const parts = { DataIndex, Unresponsive };
