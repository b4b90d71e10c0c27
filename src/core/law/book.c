#include "core/law/book.h"

const LawPack *law_book_on(const LawBook *book, Day day)
{
    const LawPack *found = book->n ? book->adoptions[0].pack : NULL;
    for (size_t i = 0; i < book->n; i++)
        if (book->adoptions[i].from <= day)
            found = book->adoptions[i].pack;
    return found;
}

const LawPack *law_book_find(const LawBook *book, Str digest)
{
    for (size_t i = 0; i < book->n; i++)
        if (str_eq(book->adoptions[i].digest, digest))
            return book->adoptions[i].pack;
    return NULL;
}

const LawPack *law_book_latest(const LawBook *book)
{
    const LawAdoption *last = NULL;
    for (size_t i = 0; i < book->n; i++)
        if (!last || book->adoptions[i].seq > last->seq)
            last = &book->adoptions[i];
    return last ? last->pack : NULL;
}
