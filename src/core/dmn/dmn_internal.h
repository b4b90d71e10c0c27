/* dmn_internal.h - what the files of this room share about models; nothing outside may include it.
 *
 * xml.c gives a tree for each file. read.c takes its elements (inputs, decisions, knowledge models, services) and links
 * their requirements, read_types.c makes FeelTypeDefs of its item definitions, read_logic.c makes FeelBoxed of its
 * boxed expressions. Then each element's logic is compiled in a scope of exactly the names that it requires: a name's
 * slot is the place of the required element in Element.requires. dmn.c evaluates: a Run remembers the values found so
 * far, and an element's names are looked up through it, so that only what is needed is evaluated, and once. */
#ifndef YIFA_CORE_DMN_DMN_INTERNAL_H
#define YIFA_CORE_DMN_DMN_INTERNAL_H

#include "base/map.h"
#include "core/dmn/dmn.h"
#include "core/dmn/xml.h"

enum {
    DMN_BYTES_MAX = 16 * 1024 * 1024, /* all files */
    DMN_FILES_MAX = 64,
    DMN_ELEMENTS_MAX = 10000, /* of all files, item definitions and their components too */
    DMN_FAULTS_MAX = 1000,
    DMN_IMPORTS_MAX = 64,           /* of one file */
    DMN_IMPORTED_TYPES_MAX = 20000, /* names of types, by whatever way they are imported */
    DMN_REQUIREMENTS_MAX = 200,     /* deep */
    DMN_LOGIC_NESTING_MAX = 200
};

typedef enum ElementKind { ELEMENT_INPUT, ELEMENT_DECISION, ELEMENT_KNOWLEDGE, ELEMENT_SERVICE } ElementKind;

typedef struct Source Source;
typedef struct Element Element;

typedef struct Requirement {
    Element *element;
    Str name; /* as the logic says it: "Person" or "imported.Person" */
} Requirement;

struct Element {
    ElementKind kind;
    Str id;
    Str name;
    Str what; /* "decision 'Approval'" */
    const DmnModel *model;
    const Source *source;
    const XmlNode *node;
    size_t index;            /* in the model */
    const FeelTypeDef *type; /* of its variable, NULL: any */
    Requirement *requires;
    size_t n_requires;
    int depth; /* of requirements below; see link.c */
    bool visiting;
    int first_slot;
    const FeelExpr *expr; /* NULL: no logic */
    const char *fault;    /* why its value is null, or NULL */
    /* Services: what they give, and what their parameters stand for. */
    Element **outputs;
    size_t n_outputs;
    Element **inputs;
    FeelMember *params;
    size_t n_params;
    FeelNative native; /* services and knowledge models */
};

typedef struct Import {
    Str name;
    const Source *source;
} Import;

/* An item definition and the names by which others may name it. */
typedef struct Item {
    const XmlNode *node;
    FeelTypeDef *type;
    const Source *source;
    enum { ITEM_NEW, ITEM_BUSY, ITEM_DONE, ITEM_BAD } state;
} Item;

struct Source {
    Str path;
    Str ns;
    const XmlNode *root;
    bool used; /* the model itself, or imported by it on some way */
    bool feel; /* its expression language is FEEL unless an expression says otherwise */
    Import *imports;
    size_t n_imports;
    FeelScope *scope; /* functions given, types of its own and imported */
    Str *prefixes;    /* of each source of the model: "import."; p NULL: not imported */
    Map items;        /* by name, imported ones by their qualified one: Item */
    Item **item_list; /* in order */
    size_t n_items, cap_items;
    Map ids;    /* Element */
    Map inputs; /* by name: Element */
    Map decisions;
    Map functions; /* knowledge models and services */
};

struct DmnModel {
    Source *sources; /* the first is the model itself */
    size_t n_sources;
    Element **elements;
    size_t n_elements, cap_elements;
    DmnFault *faults;
    size_t n_faults, cap_faults;
    const FeelNative *functions;
    size_t n_functions;
    const FeelExpr *start; /* evaluates what slot 0 of its scope gives */
};

/* While reading. */
typedef struct Loader {
    Arena *arena;
    DmnModel *model;
    Err *err;
    size_t n_nodes; /* of XML */
    size_t n_items; /* item definitions and components so far */
    size_t n_imported_types;
} Loader;

/* read.c */
void loader_fault(Loader *l, const Source *source, int line, Str element, const char *text);
/* A fault that makes the element's value null; the first one stays. */
void loader_element_fault(Loader *l, Element *e, int line, Str place, const char *text);
Str loader_name(Loader *l, Str name); /* runs of white space made single */
Map *source_names(Source *source, ElementKind kind);
bool language_is_feel(const Source *source, const XmlNode *node);

/* read_types.c */
MUST_CHECK Rc types_read(Loader *l);
/* A typeRef as it stands at a node: "number", "feel:number", "tPerson", "imported.tPerson", "list<tPerson>". NULL for
 * an empty one. False when there is no such type, or it is at fault; *ret is then NULL. */
bool types_find(Loader *l, const Source *source, const XmlNode *at, Str ref, const FeelTypeDef **ret);

/* read_logic.c */
typedef struct Logic {
    const FeelBoxed *boxed; /* NULL: there is none, or it is at fault */
    Map places;             /* place of a text -> its LogicPlace */
} Logic;
/* A text's line in the file. */
typedef struct LogicPlace {
    int line;
} LogicPlace;
/* The logic of a decision or of a knowledge model, whose parameters are put into the element too. */
void logic_read(Loader *l, Element *e, Logic *ret);

/* link.c: requirements, services, cycles, and the compilation of each element's logic. */
void link_elements(Loader *l);

/* dmn.c */
FeelValue knowledge_call(FeelEval *ev, void *element, const FeelValue *args, size_t n);
FeelValue service_call(FeelEval *ev, void *element, const FeelValue *args, size_t n);

#endif
