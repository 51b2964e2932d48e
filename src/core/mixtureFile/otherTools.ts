// Keys of other training tools, each with the key that does the same here, or the reason why none does.
import { plainWord } from "../../common/didYouMean.ts";

/** Keys that only have another name here: the dotted path, and the names elsewhere as `plainWord` writes them. */
const renamed: Readonly<Record<string, string>> = {
  model:
    "basemodel modelname modelnameorpath pretrainedmodelnameorpath basemodelnameorpath modelid modelpath",
  "model.templateName": "chattemplate chattemplatename prompttemplate",
  seeds: "randomseeds dataseeds",
  seed: "randomseed dataseed",
  "data.train": "dataset datasets datasetname datasetpath trainfile traindataset traindata",
  "data.eval": "evaldataset evalfile testfile testdataset testdatasets",
  "data.dev": "valset valsetsize validationfile validsetsize validationsplit valdata devset evalsplit",
  "train.method": "adapter adaptertype finetuningtype finetunetype usepeft usepeftlora uselora",
  "train.epochs": "numtrainepochs numepochs nepochs trainepochs maxepochs",
  "train.learningRate": "lr peaklr initiallr baselr",
  "train.schedule": "lrscheduler lrschedulertype scheduler schedulertype lrschedule",
  "train.warmup": "warmupratio lrwarmupratio",
  "train.epsilon": "adamepsilon adameps optimeps",
  "train.clipNorm": "maxgradnorm gradclip gradclipnorm gradientclipping gradientclipval clipgradnorm",
  "train.earlyStopping.patience": "earlystoppingpatience earlystoppingrounds",
  "train.earlyStopping.minDelta": "earlystoppingthreshold earlystoppingmindelta earlystoppingdelta",
  "train.neftune": "neftunealpha neftunenoisealpha noisyembeddingalpha",
  "train.labelSmoothing": "labelsmoothingfactor labelsmoothingepsilon",
  "train.maxTokens":
    "maxlength maxseqlength maxseqlen seqlength seqlen sequencelen sequencelength cutofflen modelmaxlength blocksize contextlength maxcontextlength",
  "train.lora.rank": "r lorar lorarank loradim loraattentiondim",
  "train.lora.alpha": "loraalpha",
  "train.lora.targets": "targetmodules loratargetmodules loratarget loratargets targetlayers",
  "train.lora.dora": "usedora loradora peftusedora",
  "train.lora.dropout": "loradropout",
  "train.lora.from": "loramodeldir adapternameorpath adapterpath resumeadapterfile",
  "train.lora.plusRatio": "loraplus loraplusratio loraplslrratio lorapluslrratio",
  "evaluate.during": "evalsteps evaluationsteps evalevery valevery",
  "evaluate.maxNewTokens": "maxtokenstogenerate generationmaxlength maxgenerationlength",
  "evaluate.topP": "nucleus nucleusp",
};

/** Remedies for keys that nothing here has, or that something here does in another way. */
const otherwise: readonly (readonly [names: string, remedy: string])[] = [
  [
    "maxsteps maxtrainsteps trainsteps numsteps totalsteps iters maxiters numiterations",
    'In Pinch, "steps" with "batchExamples" trains so many steps of so many examples; "steps" alone divides the epochs into them.',
  ],
  [
    "gradientaccumulation gradientaccumulationsteps gradaccumsteps accumulategradbatches accumulationsteps",
    'Remove it: "batchExamples" is the size of a whole optimizer step, for which gradients are accumulated as memory requires.',
  ],
  [
    "batchsize trainbatchsize microbatchsize perdevicetrainbatchsize perdevicebatchsize pergputrainbatchsize globalbatchsize effectivebatchsize autofindbatchsize",
    'In Pinch, "batchExamples" is the number of examples of a whole optimizer step, on which results depend; its parts are chosen as memory requires.',
  ],
  [
    "packing samplepacking multipack padtosequencelen grouptexts groupbylength neatpacking paddingfree",
    "Remove it: examples are always packed into rows, and each sees only itself.",
  ],
  [
    "bf16 fp16 tf32 bfloat16 float16 dtype torchdtype precision mixedprecision halfprecision purebf16",
    'Remove it: training computes in float32. To keep the frozen weights small, write "base: int8" or "base: int4".',
  ],
  [
    "loadin4bit loadin8bit quantization quantizationbit quantizationconfig bnb4bitcomputedtype bnb4bitquanttype bnbconfig qlora quantize",
    'In Pinch, "base: int4" or "base: int8" under "train" rounds the frozen weights.',
  ],
  ["optim optimizer optimizertype optimargs", "Remove it: the optimizer is AdamW."],
  ["adambeta1 adambeta2 beta1 beta2 adambetas", 'In Pinch, both are in "betas", such as [0.9, 0.95].'],
  ["warmupsteps numwarmupsteps lrwarmupsteps", 'In Pinch, "warmup" is a share of the steps, such as 3%.'],
  ["userslora rslora", 'In Pinch, it is "scaling: rslora" under "train.lora".'],
  [
    "attentiondropout residdropout residualdropout hiddendropout",
    "Remove it: only adapters have dropout here, by train.lora.dropout.",
  ],
  [
    "modulestosave loramodulestosave additionaltarget additionaltargets trainableembeddings trainembeddings ensureweighttying",
    'In Pinch, "embeddings: true" under "train" trains the embedding and the output projection as a whole, as one weight where they are one.',
  ],
  [
    "bias lorabias initloraweights loftqconfig layerstotransform rankpattern alphapattern trainabletokenindices",
    'Remove it: adapters are on linear layers, which "train.lora.targets" chooses, and besides them only embeddings are trained.',
  ],
  [
    "loadbestmodelatend metricforbestmodel greaterisbetter savebestmodel",
    'In Pinch, "earlyStopping" under "train" keeps the step with the lowest loss on "data.dev".',
  ],
  [
    "trainoninputs trainonprompt trainonprompts completiononlyloss assistantonlyloss responseonlyloss maskprompt trainonresponsesonly",
    'Remove it: the loss covers answers only, all of a conversation or, with "loss: last" under "train", the last.',
  ],
  [
    "flashattention flashattention2 flashattn useflashattention2 useflashattn attnimplementation sdpattention xformersattention useunsloth useligerkernel",
    "Remove it: there is one implementation of attention.",
  ],
  [
    "deepspeed fsdp fsdpconfig ddp devicemap numgpus ngpu gpuids numprocesses localrank usecpu nocuda",
    "Remove it: a run uses one device, which --device or the setting pinch.device chooses.",
  ],
  [
    "savesteps savestrategy saveevery savetotallimit saveonlymodel checkpointsteps checkpointevery resumefromcheckpoint autoresumefromcheckpoints",
    "Remove it: a run keeps checkpoints by itself, and pinch run --resume continues it.",
  ],
  [
    "outputdir outdir outputpath overwriteoutputdir loggingdir",
    "Remove it: runs are in .pinch/runs, or where --out says.",
  ],
  [
    "loggingsteps logginglevel loggingstrategy logevery reportto wandb wandbproject wandbentity wandbrunid usewandb runname mlflowexperimentname usetensorboard",
    "Remove it: every step is recorded in the run's events.jsonl.",
  ],
  [
    "pushtohub hubmodelid hubtoken hubstrategy hubprivaterepo",
    "Remove it: pinch export writes what was trained.",
  ],
  [
    "tokenizer tokenizername tokenizernameorpath tokenizertype tokenizerpath usefasttokenizer",
    "Remove it: the tokenizer is the model's.",
  ],
  ["trustremotecode", "Remove it: no code of a model is run."],
  [
    "dosample numbeams topk minp repetitionpenalty lengthpenalty norepeatngramsize",
    "Remove it: evaluate.temperature and evaluate.topP decide how responses are sampled; 0 is greedy.",
  ],
  [
    "numworkers dataloadernumworkers datasetnumproc preprocessingnumworkers datasetprocesses dataloaderpinmemory shuffle shuffledata",
    "Remove it: examples are read and shuffled by Pinch, as the seed says.",
  ],
  ["systemprompt defaultsystem defaultsystemprompt", "Remove it: a system message is a field of each row."],
];

const remedies = new Map(
  otherwise.flatMap(([names, remedy]) => names.split(" ").map(name => [name, remedy] as const)),
);
const keys = new Map(
  Object.entries(renamed).flatMap(([key, names]) => names.split(" ").map(name => [name, key] as const)),
);

/** All these names, as plain words. */
export const otherToolKeys: readonly string[] = [
  ...otherwise.flatMap(([names]) => names.split(" ")),
  ...Object.values(renamed).flatMap(names => names.split(" ")),
];

export interface Advice {
  readonly remedy: string;
  /** Key of the same section that was meant; null if none. */
  readonly meant: string | null;
}

/** Advice about a key that other tools have; null for one that they don't have either. */
export function fromOtherTool(name: string, section: string): Advice | null {
  const plain = plainWord(name);
  const remedy = remedies.get(plain);
  if (remedy !== undefined) return { remedy, meant: null };
  const key = keys.get(plain);
  if (key === undefined) return null;
  const prefix = section === "" ? "" : `${section}.`;
  const rest = key.startsWith(prefix) ? key.slice(prefix.length) : key;
  const isHere = key.startsWith(prefix) && !rest.includes(".");
  return { remedy: `In Pinch, it is "${isHere ? rest : key}".`, meant: isHere ? rest : null };
}
