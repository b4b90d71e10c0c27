/* xml.h - XML from outside as a small tree in an arena: the only file that knows libxml2 is xml.c.
 *
 * Elements and attributes of other vocabularies than DMN's are left out while reading, with all that they hold. No
 * network, no file, no entities but the five predefined ones and character references; a DOCTYPE is refused. */
#ifndef YIFA_CORE_DMN_XML_H
#define YIFA_CORE_DMN_XML_H

#include "base/arena.h"
#include "base/rc.h"

enum {
    XML_BYTES_MAX = 16 * 1024 * 1024,
    XML_NESTING_MAX = 256,
    XML_NODES_MAX = 500000, /* elements, attributes and prefixes of all files of a model */
    XML_ATTRIBUTES_MAX = 256
};

typedef struct XmlAttr {
    Str name;
    Str value;
} XmlAttr;

typedef struct XmlNode XmlNode;
struct XmlNode {
    Str name; /* without prefix */
    int line; /* of the end of its start tag */
    Str text; /* its own characters, without those of its children */
    const XmlAttr *attrs;
    size_t n_attrs;
    const XmlAttr *prefixes; /* declared here: prefix and namespace */
    size_t n_prefixes;
    XmlNode *parent;
    XmlNode *first;
    XmlNode *last;
    XmlNode *next;
};

/* The root must be an element of one of DMN's model namespaces, 1.1 to 1.5. RC_PARSE with place "line". *n_nodes counts
 * the elements, attributes and prefixes of several files together. */
MUST_CHECK Rc xml_read(Arena *arena, Str bytes, size_t *n_nodes, const XmlNode **ret_root, Err *err);

Str xml_attr(const XmlNode *node, const char *name);               /* STR_NONE when absent */
bool xml_is(const XmlNode *node, const char *name);                /* node may be NULL */
const XmlNode *xml_child(const XmlNode *node, const char *name);   /* the first, or NULL; node may be NULL */
const XmlNode *xml_sibling(const XmlNode *node, const char *name); /* the next after it, or NULL */
Str xml_child_text(const XmlNode *node, const char *name);         /* trimmed; STR_NONE when absent */
Str xml_namespace(const XmlNode *node, Str prefix);                /* of a prefix in force here, or STR_NONE */

#endif
